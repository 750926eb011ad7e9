/** What pods and the node consume, read when somebody asks. */
package io.lembos.kubelet.stats;
