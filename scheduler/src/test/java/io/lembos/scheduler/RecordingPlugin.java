package io.lembos.scheduler;

import io.lembos.scheduler.framework.Assignment;
import io.lembos.scheduler.framework.Permit;
import io.lembos.scheduler.framework.PermitPlugin;
import io.lembos.scheduler.framework.PostBindPlugin;
import io.lembos.scheduler.framework.PreBindPlugin;
import io.lembos.scheduler.framework.ReservePlugin;
import io.lembos.scheduler.framework.WaitingPods;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Notes all calls, and answers as it was told to. */
final class RecordingPlugin implements ReservePlugin, PermitPlugin, PreBindPlugin, PostBindPlugin {
    private final String name;
    private final List<String> calls;
    volatile Function<String, Optional<String>> reserve = pod -> Optional.empty();
    volatile Function<String, Permit> permit = pod -> Permit.ALLOW;
    volatile Function<String, Optional<String>> preBind = pod -> Optional.empty();

    /** @param calls where they are noted: {@code POINT NAME POD} */
    RecordingPlugin(String name, List<String> calls) {
        this.name = name;
        this.calls = calls;
    }

    static List<String> calls() {
        return new CopyOnWriteArrayList<>();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<String> reserve(Assignment assignment) {
        return reserve.apply(note("reserve", assignment));
    }

    @Override
    public void unreserve(Assignment assignment) {
        note("unreserve", assignment);
    }

    @Override
    public Permit permit(Assignment assignment, WaitingPods waiting) {
        return permit.apply(note("permit", assignment));
    }

    @Override
    public Optional<String> preBind(Assignment assignment) {
        return preBind.apply(note("preBind", assignment));
    }

    @Override
    public void postBind(Assignment assignment) {
        note("postBind", assignment);
    }

    private String note(String point, Assignment assignment) {
        String pod = assignment.pod().key().name();
        calls.add(point + " " + name + " " + pod);
        return pod;
    }
}
