/** What whoever runs the node may say about how its agent works. */
package io.lembos.kubelet.settings;
