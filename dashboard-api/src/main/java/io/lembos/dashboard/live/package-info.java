/**
 * Rows as a stream. One {@link io.lembos.dashboard.live.LiveView} per browser connection, one set of informers per
 * identity however many connections it has ({@code SharedView}), all kept by {@link
 * io.lembos.dashboard.live.LiveViews}.
 *
 * <p>Locks are taken in this order only: LiveViews, SharedView, LiveView.
 */
package io.lembos.dashboard.live;
