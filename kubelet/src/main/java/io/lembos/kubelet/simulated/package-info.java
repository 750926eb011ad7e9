/**
 * Nodes without machines: {@link io.lembos.kubelet.simulated.SimulatedNodes} plays the agent of thousands of them in this
 * process. What it knows lies in the API; what a step does to a node or a pod is pure.
 */
package io.lembos.kubelet.simulated;
