/** Pods that a node runs because a file on it says so, and what the API server shows of them. */
package io.lembos.kubelet.staticpods;
