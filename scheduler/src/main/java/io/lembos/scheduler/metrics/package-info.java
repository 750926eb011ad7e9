/** What the scheduler counts, under kube-scheduler's names. */
package io.lembos.scheduler.metrics;
