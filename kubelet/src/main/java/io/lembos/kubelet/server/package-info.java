/** What the node agent answers over HTTPS: health, and the logs of containers. */
package io.lembos.kubelet.server;
