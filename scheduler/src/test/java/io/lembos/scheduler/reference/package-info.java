/**
 * What kube-scheduler 1.36 decides, written slowly and obviously on the objects themselves: the judge of the plugins. It
 * shares no code with them.
 */
package io.lembos.scheduler.reference;
