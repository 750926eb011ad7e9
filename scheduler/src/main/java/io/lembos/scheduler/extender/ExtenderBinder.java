package io.lembos.scheduler.extender;

import io.lembos.scheduler.cycle.Extender;
import io.lembos.scheduler.framework.Assignment;
import io.lembos.scheduler.framework.BindPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaves it to an extender to bind the pods that it is interested in. Stands before all Bind plugins. */
public record ExtenderBinder(Extender extender) implements BindPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(ExtenderBinder.class);

    @Override
    public String name() {
        return extender.name();
    }

    @Override
    public boolean bind(Assignment assignment) {
        if (!extender.isInterested(assignment.pod())) {
            return false;
        }
        try {
            extender.bind(assignment);
            return true;
        } catch (RuntimeException e) {
            if (extender.isIgnorable()) {
                LOG.warn(
                        "Skipping extender in bind as it returned error and has ignorable flag set: {}",
                        e.getMessage());
                return false;
            }
            throw e;
        }
    }
}
