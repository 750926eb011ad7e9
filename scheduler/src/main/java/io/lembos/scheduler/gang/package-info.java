/**
 * Pods that are scheduled together (KEP-4671): who belongs to which PodGroup, when a gang may be tried, and what is written
 * about it.
 */
package io.lembos.scheduler.gang;
