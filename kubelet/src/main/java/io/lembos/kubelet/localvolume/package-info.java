/** Volumes that are folders of their nodes, made for the claims of pods there. */
package io.lembos.kubelet.localvolume;
