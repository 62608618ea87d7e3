import dev.palimpsest.data.BuiltInDataset;
import dev.palimpsest.data.BuiltInDatasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes every built-in dataset into a folder: mvn compile, then java -cp
 * "target/classes:$(classpath)" src/mini/WriteDatasets.java FOLDER, where (classpath) is what mvn
 * dependency:build-classpath prints.
 */
public class WriteDatasets {
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (BuiltInDataset dataset : BuiltInDatasets.all())
            dataset.write(folder.resolve(dataset.name() + ".jsonl"));
    }
}
