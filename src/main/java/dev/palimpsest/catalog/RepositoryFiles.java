package dev.palimpsest.catalog;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Which files of a repository a path means, where a {@code *} stands for any part of a name. */
final class RepositoryFiles {
    private RepositoryFiles() {}

    static boolean isPattern(String path) {
        return path.indexOf('*') >= 0;
    }

    /** Those that match, in the order of their names. */
    static List<String> matching(Collection<String> names, String pattern) {
        return names.stream().filter(name -> matches(pattern, name)).sorted().toList();
    }

    /** Goes back to the last star alone, so that no pattern takes long. */
    private static boolean matches(String pattern, String name) {
        int at = 0;
        int star = -1; // the last one passed, and where what it stands for ends
        int end = 0;
        for (int i = 0; i < name.length(); ) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                end = i;
            } else if (at < pattern.length() && pattern.charAt(at) == name.charAt(i)) {
                at++;
                i++;
            } else if (star >= 0 && name.charAt(end) != '/') {
                at = star + 1;
                i = ++end;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') at++;
        return at == pattern.length();
    }

    /** Those first that begin and end most as the path does. */
    static List<String> nearest(Collection<String> names, String path) {
        return names.stream()
                .sorted(Comparator.comparingInt((String name) -> -alike(name, path)))
                .toList();
    }

    private static int alike(String name, String path) {
        int most = Math.min(name.length(), path.length());
        int begin = 0;
        while (begin < most && name.charAt(begin) == path.charAt(begin)) begin++;
        int end = 0;
        while (end < most - begin
                && name.charAt(name.length() - 1 - end) == path.charAt(path.length() - 1 - end))
            end++;
        return begin + end;
    }
}
