/** Resources of pods that change while they run. */
package io.lembos.kubelet.resize;
