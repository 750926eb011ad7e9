/** Keeps the node alive when memory, disk or process numbers run short: who has to go, and when. */
package io.lembos.kubelet.eviction;
