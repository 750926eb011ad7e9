/** What the kernel can do and Java has no name for. */
package io.lembos.kubelet.system;
