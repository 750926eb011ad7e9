/**
 * What a node asks of a container runtime: {@link io.lembos.runtime.ContainerRuntime} for sandboxes and containers,
 * {@link io.lembos.runtime.ImageService} for images.
 *
 * <p>The vocabulary is CRI v1, and the messages are the generated ones ({@code io.lembos.runtime.cri.v1}): nothing is
 * modelled twice. {@code client} speaks to a runtime over its socket, {@code simulated} is one in memory,
 * {@code containerd} launches a private containerd, {@code images} makes and reads image archives.
 */
package io.lembos.runtime;
