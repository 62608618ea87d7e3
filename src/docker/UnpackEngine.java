import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.jni.LibUtils;

/** Makes the engine's native libraries unpack themselves into DJL_CACHE_DIR, for the image. */
public class UnpackEngine {
    public static void main(String[] arguments) {
        System.out.println("unpacked " + Engine.getInstance().getEngineName());
        LibUtils.checkStatus();
    }
}
