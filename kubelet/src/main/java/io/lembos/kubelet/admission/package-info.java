/** Whether this node takes a pod that somebody assigned to it. */
package io.lembos.kubelet.admission;
