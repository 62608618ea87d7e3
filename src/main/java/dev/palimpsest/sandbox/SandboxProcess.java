package dev.palimpsest.sandbox;

import dev.palimpsest.sandbox.Wire.Request;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The main program of a sandbox: requests come by standard input, answers go to standard output.
 * Both are taken away before any program runs, so that none can reach them.
 */
public final class SandboxProcess {
    private static final long STACK_BYTES = 64L << 20;

    private SandboxProcess() {}

    public static void main() {
        InputStream requests = System.in;
        PrintStream answers = System.out;
        System.setIn(InputStream.nullInputStream());
        System.setOut(nothing());
        new Thread(null, () -> serve(requests, answers), "programs", STACK_BYTES).start();
    }

    private static void serve(InputStream requests, PrintStream answers) {
        try (Interpreter interpreter = Interpreter.warm();
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(requests, StandardCharsets.UTF_8))) {
            System.setErr(nothing());
            say(answers, Wire.READY);
            for (String line = lines.readLine(); line != null; line = lines.readLine())
                say(answers, interpreter.run(Request.of(line)).line());
        } catch (IOException _) {
            // the parent is gone, which is the same as the end of input
        }
    }

    private static void say(PrintStream answers, String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        answers.write(bytes, 0, bytes.length);
        answers.flush();
    }

    private static PrintStream nothing() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
