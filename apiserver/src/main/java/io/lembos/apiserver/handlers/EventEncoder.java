package io.lembos.apiserver.handlers;

import io.lembos.apiserver.registry.ObjectEvent;
import io.netty.buffer.ByteBuf;

/** One event of a watch as it goes over the wire, with its line end. */
@FunctionalInterface
interface EventEncoder {
    ByteBuf encode(ObjectEvent event);
}
