/**
 * The dashboard: live tables of the cluster in a browser, read as the person who looks.
 *
 * <p>{@code rows} turns objects into small table rows, {@code live} streams them, {@code login} decides who a browser is,
 * {@code wiring} is the only package that knows Quarkus. The application gives a {@link
 * io.lembos.dashboard.DashboardCluster}.
 */
package io.lembos.dashboard;
