namespace Kola.Tests.Machines.AdapterPrograms;

/// <summary>Adapter programs as tests write them: shell scripts.</summary>
internal static class AdapterScripts
{
    /// <summary>The least that a program says of its family.</summary>
    public const string Facts = """{"basedOn":"systemd","artifacts":{"payload":{"name":"*.bundle"}},"assessesBoots":true,"countsTries":true}""";

    /// <summary>The example that users begin with.</summary>
    public static string Example => Path.Combine(Checkout.Root, "images", "adapters", "systemd-sysupdate");

    /// <param name="script">All that it does.</param>
    /// <returns>The program.</returns>
    public static string Script(this TemporaryFolder folder, string script, string name = "my-adapter") => Executable(folder.Write(name, $"#!/bin/sh\n{script}\n"));

    /// <summary>One that describes itself well, and does something else for every other question.</summary>
    /// <param name="otherwise">A script; the question is in <c>$q</c>.</param>
    public static string Describing(this TemporaryFolder folder, string otherwise) => folder.Script($$"""
        q=$(cat)
        case "$q" in *'"question":"describe"'*) echo '{"protocol":1,"answer":{{Facts}}}'; exit ;; esac
        {{otherwise}}
        """);

    public static string Executable(string file)
    {
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }
}
