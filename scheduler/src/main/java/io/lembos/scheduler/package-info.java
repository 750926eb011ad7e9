/**
 * Decides which node each pod runs on. {@link io.lembos.scheduler.Scheduler} takes pods from a queue one by one; the
 * decision is a pure function on a snapshot ({@code cycle}); binding happens beside it, at most once per decision.
 */
package io.lembos.scheduler;
