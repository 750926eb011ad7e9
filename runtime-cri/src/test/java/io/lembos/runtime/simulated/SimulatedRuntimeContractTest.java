package io.lembos.runtime.simulated;

import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeContract;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.time.SystemRuntimeClock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

class SimulatedRuntimeContractTest extends ContainerRuntimeContract {

    private final SystemRuntimeClock clock = new SystemRuntimeClock();
    private final SimulatedRuntime runtime = new SimulatedRuntime(clock, "10.1.0.0/24", List.of(IMAGE));

    @Override
    protected ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    protected ImageService images() {
        return runtime.images();
    }

    @AfterEach
    void close() {
        runtime.close();
        clock.close();
    }
}
