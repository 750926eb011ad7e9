package io.lembos.kubelet.probes;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.lembos.kubelet.actions.HttpGet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks a server by gRPC's health checking protocol, {@code grpc.health.v1.Health/Check}. Its two messages have one field
 * each, so they are written and read here: {@code string service = 1} and {@code ServingStatus status = 1}.
 */
final class GrpcHealth {
    private static final String[] STATUSES = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
    private static final int SERVING = 1;
    private static final MethodDescriptor<byte[], byte[]> CHECK = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("grpc.health.v1.Health/Check")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private GrpcHealth() {}

    /** @param service whose health is asked for, null or empty for the server as a whole */
    static Outcome check(String host, int port, String service, Duration timeout) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(host, port)
                .usePlaintext()
                .userAgent("kube-probe/1.36")
                .build();
        try {
            CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
            byte[] answer = ClientCalls.blockingUnaryCall(channel, CHECK, options, request(service));
            int status = status(answer);
            String name = status < STATUSES.length ? STATUSES[status] : String.valueOf(status);
            return status == SERVING
                    ? Outcome.success()
                    : Outcome.failure("service unhealthy (responded with \"" + name + "\")");
        } catch (StatusRuntimeException e) {
            return Outcome.failure(explain(e.getStatus(), HttpGet.authority(host, port), timeout));
        } finally {
            channel.shutdownNow();
        }
    }

    private static String explain(Status status, String address, Duration timeout) {
        return switch (status.getCode()) {
            case UNAVAILABLE ->
                "timeout: failed to connect service \"" + address + "\" within " + timeout.toSeconds()
                        + "s: context deadline exceeded";
            case UNIMPLEMENTED ->
                "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): "
                        + status.getDescription();
            case DEADLINE_EXCEEDED -> "timeout: health rpc did not complete within " + timeout.toSeconds() + "s";
            default -> "error: health rpc probe failed: " + status.getDescription();
        };
    }

    private static byte[] request(String service) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            if (service != null && !service.isEmpty()) {
                out.writeString(1, service);
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static int status(byte[] answer) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(answer);
            int status = 0;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == 1 << 3) {
                    status = in.readEnum();
                } else {
                    in.skipField(tag);
                }
            }
            return status;
        } catch (IOException e) {
            throw Status.INTERNAL.withDescription(e.getMessage()).asRuntimeException();
        }
    }

    /** Messages as they are. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
