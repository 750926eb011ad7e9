package io.lembos.runtime.client;

import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.cri.v1.AttachRequest;
import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.ContainerStats;
import io.lembos.runtime.cri.v1.ContainerStatsFilter;
import io.lembos.runtime.cri.v1.ContainerStatsRequest;
import io.lembos.runtime.cri.v1.ContainerStatusRequest;
import io.lembos.runtime.cri.v1.ContainerStatusResponse;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.lembos.runtime.cri.v1.ExecRequest;
import io.lembos.runtime.cri.v1.ExecSyncRequest;
import io.lembos.runtime.cri.v1.ExecSyncResponse;
import io.lembos.runtime.cri.v1.Image;
import io.lembos.runtime.cri.v1.ImageFilter;
import io.lembos.runtime.cri.v1.ImageFsInfoRequest;
import io.lembos.runtime.cri.v1.ImageFsInfoResponse;
import io.lembos.runtime.cri.v1.ImageServiceGrpc;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.ImageStatusRequest;
import io.lembos.runtime.cri.v1.ImageStatusResponse;
import io.lembos.runtime.cri.v1.ListContainerStatsRequest;
import io.lembos.runtime.cri.v1.ListContainersRequest;
import io.lembos.runtime.cri.v1.ListImagesRequest;
import io.lembos.runtime.cri.v1.ListPodSandboxRequest;
import io.lembos.runtime.cri.v1.ListPodSandboxStatsRequest;
import io.lembos.runtime.cri.v1.PodSandbox;
import io.lembos.runtime.cri.v1.PodSandboxFilter;
import io.lembos.runtime.cri.v1.PodSandboxStats;
import io.lembos.runtime.cri.v1.PodSandboxStatsFilter;
import io.lembos.runtime.cri.v1.PodSandboxStatsRequest;
import io.lembos.runtime.cri.v1.PodSandboxStatusRequest;
import io.lembos.runtime.cri.v1.PodSandboxStatusResponse;
import io.lembos.runtime.cri.v1.PortForwardRequest;
import io.lembos.runtime.cri.v1.PullImageRequest;
import io.lembos.runtime.cri.v1.RemoveContainerRequest;
import io.lembos.runtime.cri.v1.RemoveImageRequest;
import io.lembos.runtime.cri.v1.RemovePodSandboxRequest;
import io.lembos.runtime.cri.v1.ReopenContainerLogRequest;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import io.lembos.runtime.cri.v1.RuntimeConfig;
import io.lembos.runtime.cri.v1.RuntimeConfigRequest;
import io.lembos.runtime.cri.v1.RuntimeConfigResponse;
import io.lembos.runtime.cri.v1.RuntimeServiceGrpc;
import io.lembos.runtime.cri.v1.StartContainerRequest;
import io.lembos.runtime.cri.v1.StatusRequest;
import io.lembos.runtime.cri.v1.StatusResponse;
import io.lembos.runtime.cri.v1.StopContainerRequest;
import io.lembos.runtime.cri.v1.StopPodSandboxRequest;
import io.lembos.runtime.cri.v1.UpdateContainerResourcesRequest;
import io.lembos.runtime.cri.v1.UpdatePodSandboxResourcesRequest;
import io.lembos.runtime.cri.v1.UpdateRuntimeConfigRequest;
import io.lembos.runtime.cri.v1.VersionRequest;
import io.lembos.runtime.cri.v1.VersionResponse;
import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A container runtime (containerd, CRI-O, our own) behind its CRI v1 socket.
 *
 * <p>Opening does not connect: the first call does, and so does the first call after the socket was away. Each call has
 * a deadline. No state of its own beyond the connection; safe for many threads.
 */
public final class CriClient implements ContainerRuntime, ImageService {

    private final CriChannel channel;
    private final CriDeadlines deadlines;

    private CriClient(CriChannel channel, CriDeadlines deadlines) {
        this.channel = channel;
        this.deadlines = deadlines;
    }

    /** A client of the runtime at that socket, which need not be there yet. */
    public static CriClient open(UnixSocketPath socket, CriDeadlines deadlines) {
        return new CriClient(new CriChannel(socket), deadlines);
    }

    public UnixSocketPath socket() {
        return channel.socket();
    }

    @Override
    public VersionResponse version() {
        return CriVersion.requireV1(
                channel,
                () -> query(stub -> stub.version(
                        VersionRequest.newBuilder().setVersion("v1").build())));
    }

    @Override
    public StatusResponse status() {
        return query(stub -> stub.status(StatusRequest.getDefaultInstance()));
    }

    @Override
    public RuntimeConfigResponse runtimeConfig() {
        return query(stub -> stub.runtimeConfig(RuntimeConfigRequest.getDefaultInstance()));
    }

    @Override
    public void updateRuntimeConfig(RuntimeConfig config) {
        change(stub -> stub.updateRuntimeConfig(
                UpdateRuntimeConfigRequest.newBuilder().setRuntimeConfig(config).build()));
    }

    @Override
    public String runPodSandbox(RunPodSandboxRequest request) {
        return change(stub -> stub.runPodSandbox(request)).getPodSandboxId();
    }

    @Override
    public void stopPodSandbox(String podSandboxId) {
        StopPodSandboxRequest request =
                StopPodSandboxRequest.newBuilder().setPodSandboxId(podSandboxId).build();
        absentIsSuccess(() -> change(stub -> stub.stopPodSandbox(request)));
    }

    @Override
    public void removePodSandbox(String podSandboxId) {
        change(stub -> stub.removePodSandbox(RemovePodSandboxRequest.newBuilder()
                .setPodSandboxId(podSandboxId)
                .build()));
    }

    @Override
    public PodSandboxStatusResponse podSandboxStatus(PodSandboxStatusRequest request) {
        return query(stub -> stub.podSandboxStatus(request));
    }

    @Override
    public List<PodSandbox> listPodSandboxes(PodSandboxFilter filter) {
        return query(stub -> stub.listPodSandbox(
                        ListPodSandboxRequest.newBuilder().setFilter(filter).build()))
                .getItemsList();
    }

    @Override
    public void updatePodSandboxResources(UpdatePodSandboxResourcesRequest request) {
        change(stub -> stub.updatePodSandboxResources(request));
    }

    @Override
    public String createContainer(CreateContainerRequest request) {
        return change(stub -> stub.createContainer(request)).getContainerId();
    }

    @Override
    public void startContainer(String containerId) {
        change(stub -> stub.startContainer(
                StartContainerRequest.newBuilder().setContainerId(containerId).build()));
    }

    @Override
    public void stopContainer(String containerId, Duration grace) {
        StopContainerRequest request = StopContainerRequest.newBuilder()
                .setContainerId(containerId)
                .setTimeout(seconds(grace))
                .build();
        absentIsSuccess(() -> runtime(deadlines.change().plus(grace), stub -> stub.stopContainer(request)));
    }

    @Override
    public void removeContainer(String containerId) {
        change(stub -> stub.removeContainer(
                RemoveContainerRequest.newBuilder().setContainerId(containerId).build()));
    }

    @Override
    public ContainerStatusResponse containerStatus(ContainerStatusRequest request) {
        return query(stub -> stub.containerStatus(request));
    }

    @Override
    public List<Container> listContainers(ContainerFilter filter) {
        return query(stub -> stub.listContainers(
                        ListContainersRequest.newBuilder().setFilter(filter).build()))
                .getContainersList();
    }

    @Override
    public void updateContainerResources(UpdateContainerResourcesRequest request) {
        change(stub -> stub.updateContainerResources(request));
    }

    @Override
    public void reopenContainerLog(String containerId) {
        change(stub -> stub.reopenContainerLog(ReopenContainerLogRequest.newBuilder()
                .setContainerId(containerId)
                .build()));
    }

    @Override
    public ExecSyncResponse execSync(ExecSyncRequest request) {
        Duration limit = request.getTimeout() > 0 ? Duration.ofSeconds(request.getTimeout()) : deadlines.pull();
        return runtime(limit.plus(deadlines.query()), stub -> stub.execSync(request));
    }

    @Override
    public String exec(ExecRequest request) {
        return query(stub -> stub.exec(request)).getUrl();
    }

    @Override
    public String attach(AttachRequest request) {
        return query(stub -> stub.attach(request)).getUrl();
    }

    @Override
    public String portForward(PortForwardRequest request) {
        return query(stub -> stub.portForward(request)).getUrl();
    }

    @Override
    public ContainerStats containerStats(String containerId) {
        return query(stub -> stub.containerStats(ContainerStatsRequest.newBuilder()
                        .setContainerId(containerId)
                        .build()))
                .getStats();
    }

    @Override
    public List<ContainerStats> listContainerStats(ContainerStatsFilter filter) {
        return query(stub -> stub.listContainerStats(
                        ListContainerStatsRequest.newBuilder().setFilter(filter).build()))
                .getStatsList();
    }

    @Override
    public PodSandboxStats podSandboxStats(String podSandboxId) {
        return query(stub -> stub.podSandboxStats(PodSandboxStatsRequest.newBuilder()
                        .setPodSandboxId(podSandboxId)
                        .build()))
                .getStats();
    }

    @Override
    public List<PodSandboxStats> listPodSandboxStats(PodSandboxStatsFilter filter) {
        return query(stub -> stub.listPodSandboxStats(ListPodSandboxStatsRequest.newBuilder()
                        .setFilter(filter)
                        .build()))
                .getStatsList();
    }

    @Override
    public Multi<ContainerEventResponse> containerEvents() {
        return CriEventStream.open(channel);
    }

    @Override
    public ImageStatusResponse imageStatus(ImageStatusRequest request) {
        return images(deadlines.query(), stub -> stub.imageStatus(request));
    }

    @Override
    public List<Image> listImages(ImageFilter filter) {
        return images(
                        deadlines.query(),
                        stub -> stub.listImages(
                                ListImagesRequest.newBuilder().setFilter(filter).build()))
                .getImagesList();
    }

    @Override
    public String pullImage(PullImageRequest request) {
        return images(deadlines.pull(), stub -> stub.pullImage(request)).getImageRef();
    }

    @Override
    public void removeImage(ImageSpec image) {
        images(
                deadlines.change(),
                stub -> stub.removeImage(
                        RemoveImageRequest.newBuilder().setImage(image).build()));
    }

    @Override
    public ImageFsInfoResponse imageFsInfo() {
        return images(deadlines.query(), stub -> stub.imageFsInfo(ImageFsInfoRequest.getDefaultInstance()));
    }

    @Override
    public void close() {
        channel.close();
    }

    private <T> T query(Function<RuntimeServiceGrpc.RuntimeServiceBlockingStub, T> step) {
        return runtime(deadlines.query(), step);
    }

    private <T> T change(Function<RuntimeServiceGrpc.RuntimeServiceBlockingStub, T> step) {
        return runtime(deadlines.change(), step);
    }

    private <T> T runtime(Duration limit, Function<RuntimeServiceGrpc.RuntimeServiceBlockingStub, T> step) {
        return channel.call(() -> step.apply(RuntimeServiceGrpc.newBlockingStub(channel.awake())
                .withDeadlineAfter(CriChannel.millis(limit), TimeUnit.MILLISECONDS)));
    }

    private <T> T images(Duration limit, Function<ImageServiceGrpc.ImageServiceBlockingStub, T> step) {
        return channel.call(() -> step.apply(ImageServiceGrpc.newBlockingStub(channel.awake())
                .withDeadlineAfter(CriChannel.millis(limit), TimeUnit.MILLISECONDS)));
    }

    /** containerd 1.6 answers NOT_FOUND where CRI asks for success. */
    private static void absentIsSuccess(Runnable stop) {
        try {
            stop.run();
        } catch (ContainerRuntimeException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    /** Whole seconds, rounded up: a grace of half a second is not a kill at once. */
    private static long seconds(Duration grace) {
        return grace.plusNanos(999_999_999).toSeconds();
    }
}
