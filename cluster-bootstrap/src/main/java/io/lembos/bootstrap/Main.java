package io.lembos.bootstrap;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

@QuarkusMain
public class Main {
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("run")) {
            Quarkus.run(args);
        } else {
            System.out.println("cli");
        }
    }
}
