/** Brings images to this node, as often as a pod's pull policy says and no more often than its back-off allows. */
package io.lembos.kubelet.images;
