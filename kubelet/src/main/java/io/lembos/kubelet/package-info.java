/**
 * The node agent: sees to it that the pods assigned to this node run on its container runtime, and tells the API server
 * how they are. {@link io.lembos.kubelet.Kubelet} joins the parts; {@code pod} holds one worker per pod, whose steps are
 * decided by pure functions.
 */
package io.lembos.kubelet;
