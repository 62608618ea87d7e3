/**
 * Runs the programs that models write, with no Python on the machine and no trust in them: GraalPy
 * in a child process that has no files, network, processes or threads to give, a heap of its own,
 * and an end that the parent can bring about.
 *
 * <p>{@code Sandbox} is the parent's side; {@code SandboxProcess} the child's, where {@code
 * Interpreter} alone touches GraalPy.
 */
@ApplicationModule(allowedDependencies = {"launch"})
@NullMarked
package dev.palimpsest.sandbox;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
