package io.lembos.runtime.server;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.cri.v1.AttachRequest;
import io.lembos.runtime.cri.v1.AttachResponse;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import io.lembos.runtime.cri.v1.ContainerStatsRequest;
import io.lembos.runtime.cri.v1.ContainerStatsResponse;
import io.lembos.runtime.cri.v1.ContainerStatusRequest;
import io.lembos.runtime.cri.v1.ContainerStatusResponse;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.lembos.runtime.cri.v1.CreateContainerResponse;
import io.lembos.runtime.cri.v1.ExecRequest;
import io.lembos.runtime.cri.v1.ExecResponse;
import io.lembos.runtime.cri.v1.ExecSyncRequest;
import io.lembos.runtime.cri.v1.ExecSyncResponse;
import io.lembos.runtime.cri.v1.GetEventsRequest;
import io.lembos.runtime.cri.v1.ListContainerStatsRequest;
import io.lembos.runtime.cri.v1.ListContainerStatsResponse;
import io.lembos.runtime.cri.v1.ListContainersRequest;
import io.lembos.runtime.cri.v1.ListContainersResponse;
import io.lembos.runtime.cri.v1.ListPodSandboxRequest;
import io.lembos.runtime.cri.v1.ListPodSandboxResponse;
import io.lembos.runtime.cri.v1.ListPodSandboxStatsRequest;
import io.lembos.runtime.cri.v1.ListPodSandboxStatsResponse;
import io.lembos.runtime.cri.v1.PodSandboxStatsRequest;
import io.lembos.runtime.cri.v1.PodSandboxStatsResponse;
import io.lembos.runtime.cri.v1.PodSandboxStatusRequest;
import io.lembos.runtime.cri.v1.PodSandboxStatusResponse;
import io.lembos.runtime.cri.v1.PortForwardRequest;
import io.lembos.runtime.cri.v1.PortForwardResponse;
import io.lembos.runtime.cri.v1.RemoveContainerRequest;
import io.lembos.runtime.cri.v1.RemoveContainerResponse;
import io.lembos.runtime.cri.v1.RemovePodSandboxRequest;
import io.lembos.runtime.cri.v1.RemovePodSandboxResponse;
import io.lembos.runtime.cri.v1.ReopenContainerLogRequest;
import io.lembos.runtime.cri.v1.ReopenContainerLogResponse;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import io.lembos.runtime.cri.v1.RunPodSandboxResponse;
import io.lembos.runtime.cri.v1.RuntimeConfigRequest;
import io.lembos.runtime.cri.v1.RuntimeConfigResponse;
import io.lembos.runtime.cri.v1.RuntimeServiceGrpc;
import io.lembos.runtime.cri.v1.StartContainerRequest;
import io.lembos.runtime.cri.v1.StartContainerResponse;
import io.lembos.runtime.cri.v1.StatusRequest;
import io.lembos.runtime.cri.v1.StatusResponse;
import io.lembos.runtime.cri.v1.StopContainerRequest;
import io.lembos.runtime.cri.v1.StopContainerResponse;
import io.lembos.runtime.cri.v1.StopPodSandboxRequest;
import io.lembos.runtime.cri.v1.StopPodSandboxResponse;
import io.lembos.runtime.cri.v1.UpdateContainerResourcesRequest;
import io.lembos.runtime.cri.v1.UpdateContainerResourcesResponse;
import io.lembos.runtime.cri.v1.UpdatePodSandboxResourcesRequest;
import io.lembos.runtime.cri.v1.UpdatePodSandboxResourcesResponse;
import io.lembos.runtime.cri.v1.UpdateRuntimeConfigRequest;
import io.lembos.runtime.cri.v1.UpdateRuntimeConfigResponse;
import io.lembos.runtime.cri.v1.VersionRequest;
import io.lembos.runtime.cri.v1.VersionResponse;
import java.time.Duration;

/** CRI's RuntimeService. What streams lists is not there: lists fit into a message. */
final class RuntimeCalls extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    private final ContainerRuntime runtime;

    RuntimeCalls(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public void version(VersionRequest request, StreamObserver<VersionResponse> caller) {
        Answer.to(caller, () -> runtime.version());
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> caller) {
        Answer.to(caller, () -> runtime.status());
    }

    @Override
    public void runtimeConfig(RuntimeConfigRequest request, StreamObserver<RuntimeConfigResponse> caller) {
        Answer.to(caller, () -> runtime.runtimeConfig());
    }

    @Override
    public void runPodSandbox(RunPodSandboxRequest request, StreamObserver<RunPodSandboxResponse> caller) {
        Answer.to(
                caller,
                () -> RunPodSandboxResponse.newBuilder()
                        .setPodSandboxId(runtime.runPodSandbox(request))
                        .build());
    }

    @Override
    public void podSandboxStatus(PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> caller) {
        Answer.to(caller, () -> runtime.podSandboxStatus(request));
    }

    @Override
    public void listPodSandbox(ListPodSandboxRequest request, StreamObserver<ListPodSandboxResponse> caller) {
        Answer.to(
                caller,
                () -> ListPodSandboxResponse.newBuilder()
                        .addAllItems(runtime.listPodSandboxes(request.getFilter()))
                        .build());
    }

    @Override
    public void createContainer(CreateContainerRequest request, StreamObserver<CreateContainerResponse> caller) {
        Answer.to(
                caller,
                () -> CreateContainerResponse.newBuilder()
                        .setContainerId(runtime.createContainer(request))
                        .build());
    }

    @Override
    public void listContainers(ListContainersRequest request, StreamObserver<ListContainersResponse> caller) {
        Answer.to(
                caller,
                () -> ListContainersResponse.newBuilder()
                        .addAllContainers(runtime.listContainers(request.getFilter()))
                        .build());
    }

    @Override
    public void containerStatus(ContainerStatusRequest request, StreamObserver<ContainerStatusResponse> caller) {
        Answer.to(caller, () -> runtime.containerStatus(request));
    }

    @Override
    public void execSync(ExecSyncRequest request, StreamObserver<ExecSyncResponse> caller) {
        Answer.to(caller, () -> runtime.execSync(request));
    }

    @Override
    public void exec(ExecRequest request, StreamObserver<ExecResponse> caller) {
        Answer.to(
                caller,
                () -> ExecResponse.newBuilder().setUrl(runtime.exec(request)).build());
    }

    @Override
    public void attach(AttachRequest request, StreamObserver<AttachResponse> caller) {
        Answer.to(
                caller,
                () -> AttachResponse.newBuilder()
                        .setUrl(runtime.attach(request))
                        .build());
    }

    @Override
    public void portForward(PortForwardRequest request, StreamObserver<PortForwardResponse> caller) {
        Answer.to(
                caller,
                () -> PortForwardResponse.newBuilder()
                        .setUrl(runtime.portForward(request))
                        .build());
    }

    @Override
    public void containerStats(ContainerStatsRequest request, StreamObserver<ContainerStatsResponse> caller) {
        Answer.to(
                caller,
                () -> ContainerStatsResponse.newBuilder()
                        .setStats(runtime.containerStats(request.getContainerId()))
                        .build());
    }

    @Override
    public void listContainerStats(
            ListContainerStatsRequest request, StreamObserver<ListContainerStatsResponse> caller) {
        Answer.to(
                caller,
                () -> ListContainerStatsResponse.newBuilder()
                        .addAllStats(runtime.listContainerStats(request.getFilter()))
                        .build());
    }

    @Override
    public void podSandboxStats(PodSandboxStatsRequest request, StreamObserver<PodSandboxStatsResponse> caller) {
        Answer.to(
                caller,
                () -> PodSandboxStatsResponse.newBuilder()
                        .setStats(runtime.podSandboxStats(request.getPodSandboxId()))
                        .build());
    }

    @Override
    public void listPodSandboxStats(
            ListPodSandboxStatsRequest request, StreamObserver<ListPodSandboxStatsResponse> caller) {
        Answer.to(
                caller,
                () -> ListPodSandboxStatsResponse.newBuilder()
                        .addAllStats(runtime.listPodSandboxStats(request.getFilter()))
                        .build());
    }

    @Override
    public void updateRuntimeConfig(
            UpdateRuntimeConfigRequest request, StreamObserver<UpdateRuntimeConfigResponse> caller) {
        Answer.to(
                caller,
                UpdateRuntimeConfigResponse.getDefaultInstance(),
                () -> runtime.updateRuntimeConfig(request.getRuntimeConfig()));
    }

    @Override
    public void stopPodSandbox(StopPodSandboxRequest request, StreamObserver<StopPodSandboxResponse> caller) {
        Answer.to(
                caller,
                StopPodSandboxResponse.getDefaultInstance(),
                () -> runtime.stopPodSandbox(request.getPodSandboxId()));
    }

    @Override
    public void removePodSandbox(RemovePodSandboxRequest request, StreamObserver<RemovePodSandboxResponse> caller) {
        Answer.to(
                caller,
                RemovePodSandboxResponse.getDefaultInstance(),
                () -> runtime.removePodSandbox(request.getPodSandboxId()));
    }

    @Override
    public void updatePodSandboxResources(
            UpdatePodSandboxResourcesRequest request, StreamObserver<UpdatePodSandboxResourcesResponse> caller) {
        Answer.to(
                caller,
                UpdatePodSandboxResourcesResponse.getDefaultInstance(),
                () -> runtime.updatePodSandboxResources(request));
    }

    @Override
    public void startContainer(StartContainerRequest request, StreamObserver<StartContainerResponse> caller) {
        Answer.to(
                caller,
                StartContainerResponse.getDefaultInstance(),
                () -> runtime.startContainer(request.getContainerId()));
    }

    @Override
    public void stopContainer(StopContainerRequest request, StreamObserver<StopContainerResponse> caller) {
        Answer.to(
                caller,
                StopContainerResponse.getDefaultInstance(),
                () -> runtime.stopContainer(
                        request.getContainerId(), Duration.ofSeconds(Math.max(0, request.getTimeout()))));
    }

    @Override
    public void removeContainer(RemoveContainerRequest request, StreamObserver<RemoveContainerResponse> caller) {
        Answer.to(
                caller,
                RemoveContainerResponse.getDefaultInstance(),
                () -> runtime.removeContainer(request.getContainerId()));
    }

    @Override
    public void updateContainerResources(
            UpdateContainerResourcesRequest request, StreamObserver<UpdateContainerResourcesResponse> caller) {
        Answer.to(
                caller,
                UpdateContainerResourcesResponse.getDefaultInstance(),
                () -> runtime.updateContainerResources(request));
    }

    @Override
    public void reopenContainerLog(
            ReopenContainerLogRequest request, StreamObserver<ReopenContainerLogResponse> caller) {
        Answer.to(
                caller,
                ReopenContainerLogResponse.getDefaultInstance(),
                () -> runtime.reopenContainerLog(request.getContainerId()));
    }

    @Override
    public void getContainerEvents(GetEventsRequest request, StreamObserver<ContainerEventResponse> caller) {
        EventFlow flow = new EventFlow((ServerCallStreamObserver<ContainerEventResponse>) caller);
        runtime.containerEvents().subscribe(flow);
    }
}
