/** Log files of containers on disk: kept small while they are written, and found in their order. */
package io.lembos.kubelet.logs;
