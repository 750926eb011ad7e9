/** What the scheduler writes into the status of pods. */
package io.lembos.scheduler.status;
