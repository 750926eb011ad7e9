/** Pods that wait for a decision. */
package io.lembos.scheduler.queue;
