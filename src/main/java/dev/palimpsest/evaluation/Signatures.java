package dev.palimpsest.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The functions that a text defines, as {@code name(parameter,parameter)} without types; those
 * without parameters are left out, as many programs have them.
 */
final class Signatures {
    private static final Pattern DEFINITION =
            Pattern.compile("\\b(?:def|fn|func|function)\\s+(\\w{2,100})\\s*\\(([^()]{1,500})\\)");
    private static final Pattern BRACKETS = Pattern.compile("\\[[^\\[\\]]*\\]|<[^<>]*>");
    private static final Pattern AFTER_NAME = Pattern.compile("[:=\\s].*");

    private Signatures() {}

    /** Each with the text it was written as. */
    static Map<String, String> of(String text) {
        Map<String, String> signatures = new LinkedHashMap<>();
        Matcher found = DEFINITION.matcher(text);
        while (found.find()) {
            String parameters = parameters(found.group(2));
            if (!parameters.isEmpty())
                signatures.put(found.group(1) + "(" + parameters + ")", found.group());
        }
        return signatures;
    }

    private static String parameters(String written) {
        String plain = written;
        for (int depth = 0; depth < 4; depth++) plain = BRACKETS.matcher(plain).replaceAll("");
        List<String> names = new ArrayList<>();
        for (String parameter : plain.split(",", -1)) {
            String name = AFTER_NAME.matcher(parameter.strip()).replaceFirst("");
            if (!name.isEmpty() && !name.equals("self")) names.add(name);
        }
        return String.join(",", names);
    }
}
