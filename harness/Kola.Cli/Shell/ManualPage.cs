using System.CommandLine;
using System.Text;

namespace Kola.Cli.Shell;

/// <summary>The manual page of a command tree, in the macros of man(7).</summary>
internal sealed class ManualPage(RootCommand root, string version)
{
    private readonly StringBuilder text = new();

    public override string ToString()
    {
        text.Clear();
        // Without a date: the same sources make the same page.
        text.Append($".TH KOLA 1 \"\" \"kola {Escape(version)}\" \"Kola\"\n.nh\n");
        Section("NAME", "kola \\- release gate for server operating systems that update themselves");
        Section("SYNOPSIS", ".B kola\n.I command\n.RI [ options ]");
        Section("DESCRIPTION", Escape(root.Description ?? ""));
        text.Append(".SH COMMANDS\n");
        foreach (var command in root.Subcommands.Where(command => !command.Hidden))
            Describe(command, "kola");
        Section("EXIT STATUS", """
            .TP
            .B 0
            All that was asked for holds.
            .TP
            .B 1
            The product failed: a scenario did not pass, or a file has errors.
            .TP
            .B 2
            Nothing is proven: the host, its tools or Kola stood in the way.
            .TP
            .B 3
            The request is wrong.
            .TP
            .B 130
            Stopped by Ctrl-C.
            """);
        Section("ENVIRONMENT", string.Join('\n', Variables.Select(pair => $".TP\n.B {Escape(pair.Name)}\n{Escape(pair.Meaning)}")));
        Section("FILES", string.Join('\n', Files.Select(pair => $".TP\n.I {Escape(pair.Name)}\n{Escape(pair.Meaning)}")));
        return text.ToString();
    }

    private static readonly (string Name, string Meaning)[] Variables =
    [
        ("KOLA_CHECKOUT", "The project's folder. Default: the nearest folder upwards that has images/catalog.yaml, and scenarios/ or ci/gate.yaml."),
        ("KOLA_STATE_DIR", "Where runs and releases are kept. Default: .kola in the project."),
        ("KOLA_CACHE_DIR", "Where downloaded images are kept. Default: ~/.cache/kola/images."),
        ("KOLA_HOST_DIR", "What all projects of a user share on this host. Default: /var/tmp/kola-UID."),
        ("KOLA_LIBRARY_DIR", "The scenario library. Default: the one that is installed with the program."),
        ("KOLA_ACCEL", "kvm or tcg, instead of finding out."),
        ("KOLA_CPUS", "Processors that all scenarios may use together."),
        ("KOLA_QEMU", "The QEMU program."),
        ("KOLA_SIGNING_KEY, KOLA_KEY_PASSWORD", "The private key that signs records, as PEM text, and what opens it."),
    ];

    private static readonly (string Name, string Meaning)[] Files =
    [
        ("images/catalog.yaml", "The images that scenarios boot."),
        ("scenarios/", "The project's scenarios, one in each file."),
        ("ci/gate.yaml", "The policy: what must pass, and what is taken of the library."),
        ("ci/quarantine.yaml", "Scenarios that are exempt until a date."),
        (".kola/runs/latest/", "The last run: event log, consoles, reports."),
    ];

    private void Section(string name, string body) => text.Append($".SH {name}\n{body}\n");

    private void Describe(Command command, string parents)
    {
        var path = $"{parents} {command.Name}";
        text.Append($".SS {Escape(path)}{string.Concat(command.Arguments.Select(argument => $" {Escape(Shown(argument))}"))}\n");
        // The lines of a description are kept apart: the last one lists exit codes.
        text.Append(string.Join("\n.br\n", (command.Description ?? "").Split('\n').Select(Escape))).Append('\n');
        foreach (var argument in command.Arguments.Where(argument => !argument.Hidden))
            Item($".I {Escape(argument.Name)}", argument.Description);
        foreach (var option in command.Options.Where(option => !option.Hidden))
            Item($".B {Escape(Names(option))}", option.Description);
        foreach (var sub in command.Subcommands.Where(sub => !sub.Hidden))
            Describe(sub, path);
    }

    private void Item(string head, string? description) => text.Append($".TP\n{head}\n{Escape(description ?? "")}\n");

    private static string Shown(Argument argument) => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : $"<{argument.Name}>";

    private static string Names(Option option) =>
        string.Join(", ", new[] { option.Name }.Concat(option.Aliases.Order(StringComparer.Ordinal))) + (option.HelpName is { } value ? $" {value}" : "");

    /// <summary>A dash is a minus sign that can be copied, and no line begins with a request.</summary>
    private static string Escape(string words)
    {
        var escaped = words.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("·", "\\(bu", StringComparison.Ordinal);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? $"\\&{escaped}" : escaped;
    }
}
