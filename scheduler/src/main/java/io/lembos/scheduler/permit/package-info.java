/** Pods that have a node and wait for permission to go there. */
package io.lembos.scheduler.permit;
