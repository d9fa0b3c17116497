-- Opens the transaction that one statement is planned in.
BEGIN /* pgadvisor */ TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY
