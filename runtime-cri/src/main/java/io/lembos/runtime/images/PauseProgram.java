package io.lembos.runtime.images;

import java.util.HexFormat;

/**
 * The process that holds a pod's namespaces open: it blocks all signals and then waits for one, over and over. SIGINT
 * and SIGTERM end it with exit code 0; on SIGCHLD it collects every child that has ended, for it is the parent of a
 * pod's orphans where the pod shares its PID namespace. Anything else is ignored.
 *
 * <p>Signals are waited for, not handled: a handler would need a restorer, and as process 1 the default actions would
 * not apply. Raw system calls, no memory beyond 16 bytes of stack.
 */
final class PauseProgram {

    private PauseProgram() {}

    static byte[] forPlatform(Platform platform) {
        return switch (platform.architecture()) {
            case "amd64" -> StaticElf.of(StaticElf.MACHINE_X86_64, bytes(AMD64));
            case "arm64" -> StaticElf.of(StaticElf.MACHINE_AARCH64, bytes(ARM64));
            default -> throw new IllegalArgumentException("no pause program for " + platform);
        };
    }

    private static final String AMD64 = """
            4883ec10         sub  rsp, 16
            4883c8ff         or   rax, -1         every signal
            48890424         mov  [rsp], rax
            31ff             xor  edi, edi        SIG_BLOCK
            4889e6           mov  rsi, rsp
            31d2             xor  edx, edx        old set is not wanted
            41ba08000000     mov  r10d, 8         bytes of a signal set
            b80e000000       mov  eax, 14         rt_sigprocmask
            0f05             syscall
            4889e7     wait: mov  rdi, rsp        every signal
            31f6             xor  esi, esi        no siginfo
            31d2             xor  edx, edx        no time limit
            41ba08000000     mov  r10d, 8
            b880000000       mov  eax, 128        rt_sigtimedwait
            0f05             syscall
            83f811           cmp  eax, 17         SIGCHLD
            7413             je   reap
            83f802           cmp  eax, 2          SIGINT
            7405             je   exit
            83f80f           cmp  eax, 15         SIGTERM
            75dd             jne  wait
            31ff       exit: xor  edi, edi
            b8e7000000       mov  eax, 231        exit_group
            0f05             syscall
            4883cfff   reap: or   rdi, -1         any child
            31f6             xor  esi, esi        status is not wanted
            ba01000000       mov  edx, 1          WNOHANG
            4531d2           xor  r10d, r10d      no usage
            b83d000000       mov  eax, 61         wait4
            0f05             syscall
            85c0             test eax, eax
            7fe7             jg   reap            one was there, perhaps more are
            ebb9             jmp  wait
            """;

    /** Each line has the four bytes of one instruction as they stand in the file, lowest first. */
    private static final String ARM64 = """
            ff4300d1         sub  sp, sp, #16
            09008092         mov  x9, #-1         every signal
            e90300f9         str  x9, [sp]
            000080d2         mov  x0, #0          SIG_BLOCK
            e1030091         mov  x1, sp
            020080d2         mov  x2, #0          old set is not wanted
            030180d2         mov  x3, #8          bytes of a signal set
            e81080d2         mov  x8, #135        rt_sigprocmask
            010000d4         svc  #0
            e0030091   wait: mov  x0, sp          every signal
            010080d2         mov  x1, #0          no siginfo
            020080d2         mov  x2, #0          no time limit
            030180d2         mov  x3, #8
            281180d2         mov  x8, #137        rt_sigtimedwait
            010000d4         svc  #0
            1f440071         cmp  w0, #17         SIGCHLD
            00010054         b.eq reap
            1f080071         cmp  w0, #2          SIGINT
            60000054         b.eq exit
            1f3c0071         cmp  w0, #15         SIGTERM
            a1feff54         b.ne wait
            000080d2   exit: mov  x0, #0
            c80b80d2         mov  x8, #94         exit_group
            010000d4         svc  #0
            00008092   reap: mov  x0, #-1         any child
            010080d2         mov  x1, #0          status is not wanted
            220080d2         mov  x2, #1          WNOHANG
            030080d2         mov  x3, #0          no usage
            882080d2         mov  x8, #260        wait4
            010000d4         svc  #0
            1f000071         cmp  w0, #0
            2cffff54         b.gt reap            one was there, perhaps more are
            e9ffff17         b    wait
            """;

    /** The first column of a listing. */
    private static byte[] bytes(String listing) {
        StringBuilder hex = new StringBuilder();
        listing.lines().forEach(line -> hex.append(line, 0, line.indexOf(' ')));
        return HexFormat.of().parseHex(hex);
    }
}
