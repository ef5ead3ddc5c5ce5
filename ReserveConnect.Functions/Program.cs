Console.Error.WriteLine("ReserveConnect.Functions: nothing to run yet");
return 1;
