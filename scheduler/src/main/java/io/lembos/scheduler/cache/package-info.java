/** What the scheduler knows of nodes and the pods on them, and immutable snapshots of it. */
package io.lembos.scheduler.cache;
