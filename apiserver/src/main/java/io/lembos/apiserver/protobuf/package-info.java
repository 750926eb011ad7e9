/**
 * Kubernetes' protobuf form of objects, as Go clients send it ({@code application/vnd.kubernetes.protobuf}; kubectl does
 * so from 1.32 on when it creates objects from flags), and take it where it is offered.
 *
 * <p>{@link io.lembos.apiserver.protobuf.ProtobufDecoder} turns bytes into the JSON that the same object has, {@link
 * io.lembos.apiserver.protobuf.ProtobufEncoder} JSON into bytes; the numbers of the fields are generated data.
 */
package io.lembos.apiserver.protobuf;
