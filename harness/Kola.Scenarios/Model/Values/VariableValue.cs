using Kola.Yaml.Binding;

namespace Kola.Scenarios.Model.Values;

/// <summary>The value of a matrix variable or parameter, as written.</summary>
/// <param name="Plain">Whether it was written without quotes, so that it can stand for a number or a truth value.</param>
/// <remarks>No struct: the runtime has collections of references ready, and would compile those of a struct at every start.</remarks>
[Shape(typeof(VariableShape))]
public sealed record VariableValue(string Text, bool Plain);
