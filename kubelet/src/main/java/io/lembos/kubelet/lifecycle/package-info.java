/** How containers begin and end: their hooks, and the order in which a pod's containers stop. */
package io.lembos.kubelet.lifecycle;
