/** How the kernel shares the machine among pods. */
package io.lembos.kubelet.cgroups;
