package io.lembos.runtime.oci;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.LinuxContainerSecurityContext;
import io.lembos.runtime.cri.v1.SupplementalGroupsPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** As whom a container runs: the pod's word before the image's, names by the image's own passwd and group files. */
record ImageUser(long uid, long gid, List<Long> groups) {

    static ImageUser of(LinuxContainerSecurityContext security, String imageUser, Path rootfs) {
        List<String[]> users = entries(rootfs, "etc/passwd");
        List<String[]> groups = entries(rootfs, "etc/group");
        String[] parts = (imageUser.isEmpty() ? "0" : imageUser).split(":", 2);
        String wanted = parts[0];
        if (security.hasRunAsUser()) {
            wanted = Long.toString(security.getRunAsUser().getValue());
        } else if (!security.getRunAsUsername().isEmpty()) {
            wanted = security.getRunAsUsername();
        }
        String[] user = find(users, wanted);
        long uid = user != null ? Long.parseLong(user[2]) : number(wanted, "user");
        long gid = user != null ? Long.parseLong(user[3]) : 0;
        if (security.hasRunAsGroup()) {
            gid = security.getRunAsGroup().getValue();
        } else if (parts.length == 2 && wanted.equals(parts[0])) {
            String[] group = find(groups, parts[1]);
            gid = group != null ? Long.parseLong(group[2]) : number(parts[1], "group");
        }
        TreeSet<Long> more = new TreeSet<>(security.getSupplementalGroupsList());
        if (user != null && security.getSupplementalGroupsPolicy() == SupplementalGroupsPolicy.Merge) {
            groups.stream()
                    .filter(group ->
                            group.length > 3 && List.of(group[3].split(",")).contains(user[0]))
                    .forEach(group -> more.add(Long.parseLong(group[2])));
        }
        more.add(gid);
        return new ImageUser(uid, gid, List.copyOf(more));
    }

    void into(ObjectNode user) {
        user.put("uid", uid).put("gid", gid);
        var list = user.putArray("additionalGids");
        groups.forEach(list::add);
    }

    private static long number(String text, String what) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ContainerRuntimeException(
                    Status.Code.UNKNOWN, "no " + what + " \"" + text + "\" in the image", e);
        }
    }

    /** A name counts before a number. */
    private static String[] find(List<String[]> entries, String wanted) {
        return entries.stream()
                .filter(entry -> entry[0].equals(wanted))
                .findFirst()
                .or(() -> entries.stream()
                        .filter(entry -> entry[2].equals(wanted))
                        .findFirst())
                .orElse(null);
    }

    private static List<String[]> entries(Path rootfs, String name) {
        Path file = rootfs.resolve(name);
        // A link could lead out of the image and into the node's own files.
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.isSymbolicLink(file.getParent())) {
            return List.of();
        }
        int fields = name.endsWith("passwd") ? 4 : 3;
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> line.strip().split(":"))
                    .filter(entry -> entry.length >= fields && entry[2].matches("\\d+"))
                    .filter(entry -> fields == 3 || entry[3].matches("\\d+"))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
