package io.lembos.runtime.streaming.server;

/** In characters. */
public record TerminalSize(int columns, int rows) {}
