/** One scheduling decision as a pure function of a pod and a snapshot. */
package io.lembos.scheduler.cycle;
