package io.lembos.runtime.streaming.server;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Connects to a port of a pod from within. May wait, on the platform thread that it is called on. */
@FunctionalInterface
public interface PortDialer {
    SocketChannel dial(int port) throws IOException;
}
