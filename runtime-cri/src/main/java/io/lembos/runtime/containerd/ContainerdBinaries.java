package io.lembos.runtime.containerd;

import java.nio.file.Path;

/**
 * The programs that a containerd node needs.
 *
 * @param containerd the daemon
 * @param shim containerd's parent of a pod's processes
 * @param ctr containerd's own command line
 * @param runc the OCI runtime
 * @param cniDirectory where the CNI plugins are
 */
public record ContainerdBinaries(Path containerd, Path shim, Path ctr, Path runc, Path cniDirectory) {}
