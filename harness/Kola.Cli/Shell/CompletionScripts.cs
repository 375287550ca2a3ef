namespace Kola.Cli.Shell;

/// <summary>What makes shells complete Kola's command line. They ask the program itself, by the directive <c>[suggest:POSITION]</c> of System.CommandLine, so they know every command and option that it has.</summary>
internal static class CompletionScripts
{
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish"];

    /// <param name="shell">One of <see cref="Shells"/>.</param>
    public static string Of(string shell) => shell switch { "bash" => Bash, "zsh" => Zsh, _ => Fish };

    // However the program is called (ci/kola, a path), the line that it is asked about begins with its name.
    private const string Bash = """
        # Completion of kola for bash: source <(kola completion bash), or put this into /usr/share/bash-completion/completions/kola
        _kola() {
          local called=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} word
          local line="kola${COMP_LINE#"$called"}" point=$((COMP_POINT - ${#called} + 4))
          COMPREPLY=()
          while IFS= read -r word; do
            [[ $word == "$current"* ]] && COMPREPLY+=("$word")
          done < <("$called" "[suggest:$point]" "${line:0:point}" 2>/dev/null)
        }
        complete -o default -F _kola kola

        """;

    private const string Zsh = """
        #compdef kola
        # Completion of kola for zsh: source <(kola completion zsh), or put this into a folder of $fpath as _kola
        _kola() {
          local -a found
          local line="kola${LBUFFER#${words[1]}}"
          found=("${(@f)$(${words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)}")
          if [[ -n ${found[1]} ]]; then compadd -a found; else _files; fi
        }
        if [[ ${funcstack[1]} == _kola ]]; then _kola "$@"; else compdef _kola kola; fi

        """;

    private const string Fish = """
        # Completion of kola for fish: kola completion fish | source, or put this into ~/.config/fish/completions/kola.fish
        function __kola_suggest
            set -l line (commandline -cp)
            kola "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c kola -a '(__kola_suggest)'

        """;
}
