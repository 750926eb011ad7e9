/**
 * A private containerd for one cluster: its programs, its configuration, its process, its pod network, and taking all of
 * it away again. Needs root.
 */
package io.lembos.runtime.containerd;
