package io.lembos.bootstrap;

import io.lembos.bootstrap.cli.Lembos;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Where the process begins: the command line. Only {@code run} starts Quarkus; every other command does without. */
@QuarkusMain
public class Main {
    public static void main(String[] args) {
        System.exit(Lembos.execute(args));
    }
}
