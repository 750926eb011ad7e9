/** Makes a pod's volumes on this host before its containers start, and removes them when it is gone. */
package io.lembos.kubelet.volumes;
